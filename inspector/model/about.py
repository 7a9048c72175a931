"""What do window and agent say to each other about the program itself: its help, and its place in the desktop's menu?"""

from inspector.model.menu import AskMenu, ChangeMenu, MenuReady
from inspector.model.topic import AskTopics, TopicsReady

AboutRequest = AskTopics | AskMenu | ChangeMenu
AboutMessage = TopicsReady | MenuReady
